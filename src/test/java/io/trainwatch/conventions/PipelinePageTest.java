package io.trainwatch.conventions;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PipelinePageTest {

    private static final Path PAGE = Path.of("docs", "pipeline.md");

    @Test
    void thePageShowsTheRoutesAsTheyAre() throws Exception {
        if (Boolean.getBoolean("trainwatch.renew")) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, PipelinePage.markdown());
        }

        assertThat(PAGE)
                .as("%s is stale; renew it: mvn -q test -Dtest=PipelinePageTest -Dtrainwatch.renew=true", PAGE)
                .content()
                .isEqualTo(PipelinePage.markdown());
    }

    @Test
    void everyRouteIsInThePictureAndInTheTable() throws Exception {
        String page = PipelinePage.markdown();
        assertThat(RouteFile.all())
                .allSatisfy(file -> assertThat(page)
                        .containsOnlyOnce("<b>" + file.id() + "</b>")
                        .containsOnlyOnce("| `" + file.id() + "` |"));
        assertThat(RouteFile.files())
                .allSatisfy(file -> assertThat(page).containsOnlyOnce("](../routes/" + file.getFileName() + ")"));
    }
}
