package dev.dovetail.kernel.contract;

import dev.dovetail.kernel.contract.GtsId.Segment;
import java.util.ArrayList;
import java.util.List;

/**
 * Which GTS ids are meant: one, or all that begin so. A version given without its minor means any minor of that major.
 */
public sealed interface GtsPattern {
    boolean matches(GtsId id);

    /** Reads a pattern: an id, or the beginning of one and a {@code *} where a token may begin or for a version. */
    static GtsPattern of(String text) {
        return GtsText.pattern(text);
    }

    /** One id, or one in all its minors. */
    record Exact(GtsId id) implements GtsPattern {
        @Override
        public boolean matches(GtsId other) {
            if (!id.anonymous().equals(other.anonymous())
                    || id.types().size() != other.types().size()
                    || id.instance().isPresent() != other.instance().isPresent()) {
                return false;
            }
            return fit(segments(id), segments(other));
        }

        @Override
        public String toString() {
            return id.toString();
        }
    }

    /**
     * All ids that begin with these segments and go on with these tokens.
     *
     * @param tokens of the next segment, none to five
     */
    record Beginning(List<Segment> complete, List<String> tokens) implements GtsPattern {
        public Beginning {
            complete = List.copyOf(complete);
            tokens = List.copyOf(tokens);
        }

        @Override
        public boolean matches(GtsId other) {
            List<Segment> segments = segments(other);
            int next = complete.size();
            boolean atUuid = segments.size() == next && other.anonymous().isPresent();
            if (next > segments.size() || next == segments.size() && !(atUuid && tokens.isEmpty())) {
                return false;
            }
            return fit(complete, segments.subList(0, next)) && (atUuid || begins(segments.get(next)));
        }

        private boolean begins(Segment segment) {
            List<String> its = List.of(
                    segment.vendor(), segment.pack(), segment.namespace(), segment.type(), "v" + segment.major());
            // "v1.*" asks for a minor, whichever it is
            boolean asksMinor = tokens.size() == its.size();
            return tokens.equals(its.subList(0, tokens.size()))
                    && (!asksMinor || segment.minor().isPresent());
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder(GtsId.PREFIX);
            complete.forEach(each -> text.append(each).append('~'));
            tokens.forEach(each -> text.append(each).append('.'));
            return text.append('*').toString();
        }
    }

    private static List<Segment> segments(GtsId id) {
        List<Segment> all = new ArrayList<>(id.types());
        id.instance().ifPresent(all::add);
        return all;
    }

    private static boolean fit(List<Segment> wanted, List<Segment> there) {
        for (int i = 0; i < wanted.size(); i++) {
            if (!wanted.get(i).fits(there.get(i))) {
                return false;
            }
        }
        return true;
    }
}
