package io.trainwatch.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/** Key stores in a folder, PKCS 12, made by the JDK's keytool. */
public record KeyStores(Path folder) {

    /** Of each store and each key. */
    public static final String PASSWORD = "changeit";

    /** Makes a key with its certificate, in a store of that name. */
    public void makeKeys(String name, String... more) throws IOException, InterruptedException {
        List<String> arguments =
                new ArrayList<>(List.of("-genkeypair", "-keyalg", "EC", "-alias", name, "-dname", "CN=" + name));
        arguments.addAll(List.of(more));
        keytool(name, arguments.toArray(String[]::new));
    }

    /** Runs keytool on the store of that name. */
    public void keytool(String name, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
        command.addAll(List.of("-keystore", file(name).toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    public Path file(String name) {
        return folder.resolve(name + ".p12");
    }

    public KeyStore read(String name) throws IOException, GeneralSecurityException {
        return KeyStore.getInstance(file(name).toFile(), PASSWORD.toCharArray());
    }

    /** What a server or client that has the keys of that name shows of itself. */
    public KeyManager[] managers(String name) throws IOException, GeneralSecurityException {
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(read(name), PASSWORD.toCharArray());
        return managers.getKeyManagers();
    }
}
