package io.trainwatch.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PropertiesFileTest {

    @TempDir
    Path directory;

    @Test
    void everyKeyKnowsItsLine() throws Exception {
        Source source = file("""
                # comment \\
                first=1

                second = one, \\
                         two
                third: 3
                """);

        assertThat(source.names()).containsExactly("first", "second", "third");
        assertThat(source.origin("first")).contains("my.properties line 2");
        assertThat(source.origin("second")).contains("my.properties line 4");
        assertThat(source.origin("third")).contains("my.properties line 6");
        assertThat(source.file("third")).contains(directory.resolve("my.properties"));
        assertThat(source.problems()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a=1\r\nb=2\rc=3\n",
                "a = 1 \nb:2\nc 3\nd\n=e\n",
                "a=x\\\n   y\\\n\tz\nb=1",
                "a=x\\\\\nb=y\\\\\\\nz",
                "a\\ b\\=c\\:d = \\u00e9\\t\\n\\q",
                "a=1\\\n# no comment\nb=2",
                "a=1\\\n\nb=2",
                "  # c\n\t! d\n\n   e = f",
                "\\#a=1\nb=#2\n\\\n",
                "a=\\",
                "ü=ö 😀"
            })
    void aTextMeansWhatItMeansToJava(String text) throws Exception {
        Properties expected = new Properties();
        expected.load(new StringReader(text));

        Source source = file(text);

        assertThat(source.names()).isEqualTo(expected.stringPropertyNames());
        assertThat(source.names())
                .allSatisfy(name -> assertThat(source.value(name)).contains(expected.getProperty(name)));
        assertThat(source.problems()).isEmpty();
    }

    @Test
    void aKeyThatIsWrittenTwiceIsAProblem() throws Exception {
        Source source = file("a=1\nb=2\na=3\n");

        assertThat(source.problems())
                .extracting(Problem::line)
                .containsExactly("a (my.properties line 3): the key stands already in my.properties line 1."
                        + " Remove one of the two.");
    }

    @Test
    void aFileThatNobodyWritesAsPropertiesIsNotReadWhole() throws Exception {
        Source source = file("a=1\n".repeat(300_000));

        assertThat(source.names()).isEmpty();
        assertThat(source.problems())
                .singleElement()
                .extracting(Problem::line)
                .asString()
                .contains("longer than 1 MiB");
    }

    @Test
    void aMalformedEscapeIsAProblemOfItsLine() throws Exception {
        Source source = file("a=1\nb=C:\\users\n");

        assertThat(source.names()).containsExactly("a");
        assertThat(source.problems())
                .extracting(Problem::line)
                .singleElement()
                .asString()
                .startsWith("my.properties line 2: the line has a malformed \\u escape.");
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFirstKey() throws Exception {
        assertThat(file("\uFEFFa=1").value("a")).contains("1");
    }

    @Test
    void aFileThatCannotBeReadIsAProblem() throws Exception {
        Path missing = directory.resolve("missing.properties");
        Path latin1 = Files.write(directory.resolve("latin1.properties"), new byte[] {'a', '=', (byte) 0xe9});

        assertThat(Sources.file(missing).problems())
                .extracting(Problem::line)
                .containsExactly(missing + ": there is no such file. Create it, or name another one.");
        assertThat(Sources.file(latin1).problems())
                .extracting(Problem::line)
                .containsExactly(latin1 + ": the file is not UTF-8. Save it as UTF-8.");
        assertThat(Sources.file(directory).problems()).hasSize(1);
    }

    private Source file(String text) throws Exception {
        return Sources.file(Files.writeString(directory.resolve("my.properties"), text));
    }
}
