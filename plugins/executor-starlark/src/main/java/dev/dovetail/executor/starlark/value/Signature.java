package dev.dovetail.executor.starlark.value;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The parameters of a built-in function, and how arguments find them.
 *
 * @param positional how many parameters may be given without name
 * @param onlyPositional how many of these may not be given by name
 * @param required how many of the first must be given
 * @param rest whether the last but, with keywords, one takes all further arguments, as a tuple
 * @param keywords whether the last takes all further named arguments, as a dict
 */
public record Signature(
        String name,
        List<String> parameters,
        int positional,
        int onlyPositional,
        int required,
        boolean rest,
        boolean keywords) {
    public Signature {
        parameters = List.copyOf(parameters);
    }

    /**
     * Reads {@code sorted(iterable, /, *, key?, reverse?)}: a question mark for what may be absent, a slash after what
     * has no name for callers, a star before what needs its name, and {@code *args} and {@code **kwargs} at the end.
     */
    public static Signature of(String text) {
        int open = text.indexOf('(');
        String inside = text.substring(open + 1, text.length() - 1);
        List<String> names = new ArrayList<>();
        int positional = -1;
        int onlyPositional = 0;
        int required = 0;
        boolean rest = false;
        boolean keywords = false;
        for (String part : inside.isBlank() ? List.<String>of() : List.of(inside.split(", "))) {
            if (part.equals("/")) {
                onlyPositional = names.size();
            } else if (part.equals("*")) {
                positional = positional < 0 ? names.size() : positional;
            } else if (part.startsWith("**")) {
                keywords = true;
                names.add(part.substring(2));
            } else if (part.startsWith("*")) {
                rest = true;
                positional = names.size();
                names.add(part.substring(1));
            } else {
                required += part.endsWith("?") ? 0 : 1;
                names.add(part.endsWith("?") ? part.substring(0, part.length() - 1) : part);
            }
        }
        if (positional < 0) {
            positional = names.size() - (keywords ? 1 : 0);
        }
        return new Signature(text.substring(0, open), names, positional, onlyPositional, required, rest, keywords);
    }

    /** What is wrong with a call with so many positional arguments and these names, if anything is. */
    public Optional<String> complaint(int given, List<String> named) {
        if (given > positional && !rest) {
            return Optional.of(tooMany(given));
        }
        List<Boolean> taken = new ArrayList<>(Collections.nCopies(parameters.size(), false));
        for (int i = 0; i < Math.min(given, positional); i++) {
            taken.set(i, true);
        }
        for (String key : named) {
            int index = parameters.indexOf(key);
            boolean known = takesByName(index);
            if (!known && !keywords) {
                return Optional.of(name + "() has no parameter named \"" + key + "\"");
            }
            if (known && taken.set(index, true)) {
                return Optional.of(name + "() got two arguments for " + key);
            }
        }
        int missing = taken.subList(0, required).indexOf(false);
        return missing < 0
                ? Optional.empty()
                : Optional.of(name + "() needs an argument for " + parameters.get(missing));
    }

    private String tooMany(int given) {
        return name + "() takes at most " + positional + " positional argument" + (positional == 1 ? "" : "s")
                + ", got " + given;
    }

    private boolean takesByName(int index) {
        int last = parameters.size() - (keywords ? 1 : 0);
        return index >= onlyPositional && index < last && !(rest && index == positional);
    }

    public Object[] bind(Run run, Object[] given, Object[] named) {
        int count = parameters.size();
        if (given.length == count && named.length == 0 && !rest && !keywords && positional == count) {
            return given;
        }
        Object[] bound = new Object[count];
        Arrays.fill(bound, Builtin.ABSENT);
        int taken = Math.min(given.length, positional);
        System.arraycopy(given, 0, bound, 0, taken);
        if (rest) {
            bound[positional] = new Tuple(Arrays.copyOfRange(given, taken, given.length));
        } else if (given.length > positional) {
            throw new Failure(Failure.Kind.ARGUMENT, tooMany(given.length));
        }
        if (keywords) {
            bound[count - 1] = new Dict(run.mutability());
        }
        for (int i = 0; i < named.length; i += 2) {
            put(run, bound, (String) named[i], named[i + 1]);
        }
        for (int i = 0; i < required; i++) {
            if (bound[i] == Builtin.ABSENT) {
                throw wrong("needs an argument for " + parameters.get(i));
            }
        }
        return bound;
    }

    private void put(Run run, Object[] bound, String key, Object value) {
        int index = parameters.indexOf(key);
        if (takesByName(index)) {
            if (bound[index] != Builtin.ABSENT) {
                throw wrong("got two arguments for " + key);
            }
            bound[index] = value;
        } else if (keywords) {
            Dict others = (Dict) bound[bound.length - 1];
            if (others.findText(key) >= 0) {
                throw wrong("got two arguments for " + key);
            }
            others.put(run, key, value);
        } else {
            throw wrong("has no parameter named \"" + key + "\"");
        }
    }

    private Failure wrong(String what) {
        return new Failure(Failure.Kind.ARGUMENT, name + "() " + what);
    }
}
