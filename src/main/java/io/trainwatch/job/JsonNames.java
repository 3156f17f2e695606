package io.trainwatch.job;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import org.hibernate.validator.spi.nodenameprovider.JavaBeanProperty;
import org.hibernate.validator.spi.nodenameprovider.Property;
import org.hibernate.validator.spi.nodenameprovider.PropertyNodeNameProvider;

/** Has violations name a field as the document does, not as the record does: who reads them has the document. */
final class JsonNames implements PropertyNodeNameProvider {

    @Override
    public String getName(Property property) {
        return property instanceof JavaBeanProperty of
                ? name(of.getDeclaringClass(), of.getName())
                : property.getName();
    }

    private static String name(Class<?> declaring, String component) {
        return !declaring.isRecord()
                ? component
                : Arrays.stream(declaring.getRecordComponents())
                        .filter(one -> one.getName().equals(component))
                        .map(JsonNames::jsonName)
                        .findFirst()
                        .orElse(component);
    }

    private static String jsonName(RecordComponent component) {
        JsonProperty written = component.getAccessor().getAnnotation(JsonProperty.class);
        return written == null || written.value().isEmpty() ? component.getName() : written.value();
    }
}
