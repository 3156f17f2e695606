package io.trainwatch.http;

import io.trainwatch.settings.Addresses;
import io.trainwatch.settings.Secret;
import io.trainwatch.settings.Section;
import io.trainwatch.settings.Setting;
import io.trainwatch.settings.ValueType;
import io.trainwatch.settings.Values;
import java.nio.file.Path;

/** The four settings of the TLS of one side. */
public final class TlsSettings {

    private final Setting<Path> truststore;
    private final Setting<Secret> truststorePassword;
    private final Setting<Path> certificate;
    private final Setting<Secret> certificatePassword;

    /**
     * Adds them to a section.
     *
     * @param prefix of the keys, with a dot at its end
     * @param whom of whom the documentation speaks
     */
    public TlsSettings(Section section, String prefix, String whom) {
        String password = "The password of that file, where it has one.";
        truststore = section.optional(
                prefix + "truststore",
                Addresses.file(),
                "The certificates that " + whom + " is trusted by (PEM, PKCS12 or JKS), in place of those that Java"
                        + " trusts; read again when it changes.");
        truststorePassword = section.optional(prefix + "truststore-password", ValueType.secretText(), password);
        certificate = section.optional(
                prefix + "client-certificate",
                Addresses.file(),
                "The certificate and its key that " + whom + " is shown (PEM, PKCS12 or JKS); read again when it"
                        + " changes.");
        certificatePassword =
                section.optional(prefix + "client-certificate-password", ValueType.secretText(), password);
    }

    public TlsFiles read(Values values, String name) {
        return new TlsFiles(
                truststore.key(name).replaceFirst("truststore$", ""),
                values.find(truststore, name),
                values.find(truststorePassword, name),
                values.find(certificate, name),
                values.find(certificatePassword, name));
    }
}
