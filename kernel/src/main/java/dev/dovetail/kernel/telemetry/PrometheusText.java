package dev.dovetail.kernel.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/** Metrics written in Prometheus's text format, version 0.0.4. */
final class PrometheusText {
    private final StringBuilder text = new StringBuilder(16 << 10);
    private final Predicate<Attributes> shown;

    PrometheusText(Predicate<Attributes> shown) {
        this.shown = shown;
    }

    void add(MetricData metric) {
        String name = name(metric.getName());
        switch (metric.getType()) {
            case LONG_SUM ->
                numbers(
                        metric,
                        name,
                        metric.getLongSumData().isMonotonic() ? "counter" : "gauge",
                        metric.getLongSumData().getPoints(),
                        p -> p.getValue());
            case DOUBLE_SUM ->
                numbers(
                        metric,
                        name,
                        metric.getDoubleSumData().isMonotonic() ? "counter" : "gauge",
                        metric.getDoubleSumData().getPoints(),
                        p -> p.getValue());
            case LONG_GAUGE ->
                numbers(metric, name, "gauge", metric.getLongGaugeData().getPoints(), p -> p.getValue());
            case DOUBLE_GAUGE ->
                numbers(metric, name, "gauge", metric.getDoubleGaugeData().getPoints(), p -> p.getValue());
            case HISTOGRAM -> histograms(metric, name);
            case SUMMARY, EXPONENTIAL_HISTOGRAM ->
                throw new IllegalStateException(
                        "Not a kind of metric that is made here: " + metric.getType() + " of " + metric.getName());
        }
    }

    private <P extends PointData> void numbers(
            MetricData metric, String name, String type, Collection<P> points, ToDoubleFunction<P> value) {
        List<P> told = told(points);
        if (!told.isEmpty()) {
            head(metric, name, type);
            told.forEach(p -> sample(name, labels(p.getAttributes()), value.applyAsDouble(p)));
        }
    }

    private void histograms(MetricData metric, String name) {
        List<HistogramPointData> told = told(metric.getHistogramData().getPoints());
        if (!told.isEmpty()) {
            head(metric, name, "histogram");
            told.forEach(p -> histogram(name, p));
        }
    }

    private void histogram(String name, HistogramPointData point) {
        String labels = labels(point.getAttributes());
        String before = labels.isEmpty() ? "" : labels + ",";
        List<Long> counts = point.getCounts();
        List<Double> bounds = point.getBoundaries();
        long sum = 0;
        for (int i = 0; i < counts.size(); i++) {
            sum += counts.get(i);
            String bound = i < bounds.size() ? number(bounds.get(i)) : "+Inf";
            sample(name + "_bucket", before + "le=\"" + bound + "\"", sum);
        }
        sample(name + "_sum", labels, point.getSum());
        // of the same moment as the buckets, whatever was recorded since
        sample(name + "_count", labels, sum);
    }

    private <P extends PointData> List<P> told(Collection<P> points) {
        return points.stream().filter(p -> shown.test(p.getAttributes())).toList();
    }

    private void head(MetricData metric, String name, String type) {
        text.append("# HELP ").append(name).append(' ');
        escape(metric.getDescription(), false);
        text.append("\n# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private void sample(String name, String labels, double value) {
        text.append(name);
        if (!labels.isEmpty()) {
            text.append('{').append(labels).append('}');
        }
        text.append(' ').append(number(value)).append('\n');
    }

    private static String labels(Attributes attributes) {
        Map<String, String> sorted = new TreeMap<>();
        attributes.forEach((key, value) -> sorted.put(name(key.getKey()), value.toString()));
        PrometheusText line = new PrometheusText(_ -> true);
        sorted.forEach((key, value) -> {
            line.text.append(line.text.isEmpty() ? "" : ",").append(key).append("=\"");
            line.escape(value, true);
            line.text.append('"');
        });
        return line.toString();
    }

    private void escape(String value, boolean quoted) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '"' -> text.append(quoted ? "\\\"" : "\"");
                default -> text.append(c);
            }
        }
    }

    private static String number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return Long.toString((long) value);
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        return Double.toString(value);
    }

    /** The name with what Prometheus does not take replaced. */
    static String name(String name) {
        StringBuilder plain = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
            boolean digit = c >= '0' && c <= '9' && i > 0;
            plain.append(letter || digit ? c : '_');
        }
        return plain.toString();
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
