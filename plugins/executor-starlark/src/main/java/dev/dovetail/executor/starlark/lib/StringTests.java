package dev.dovetail.executor.starlark.lib;

import java.util.List;
import java.util.function.IntPredicate;

/** The methods of strings that say what their characters are. */
final class StringTests {
    static final List<Method> ALL = List.of(
            all("isalnum()", Character::isLetterOrDigit),
            all("isalpha()", Character::isLetter),
            all("isdigit()", Character::isDigit),
            all("isspace()", Character::isWhitespace),
            cased("islower()", Character::isUpperCase, Character::isLowerCase),
            cased("isupper()", Character::isLowerCase, Character::isUpperCase),
            new Method("istitle()", (run, self, _) -> {
                run.work(((String) self).length());
                return title((String) self);
            }));

    private StringTests() {}

    private static Method all(String signature, IntPredicate test) {
        return new Method(signature, (run, self, _) -> {
            String text = (String) self;
            run.work(text.length());
            return !text.isEmpty() && text.codePoints().allMatch(test);
        });
    }

    private static Method cased(String signature, IntPredicate never, IntPredicate some) {
        return new Method(signature, (run, self, _) -> {
            String text = (String) self;
            run.work(text.length());
            return text.codePoints().noneMatch(c -> never.test(c) || Character.isTitleCase(c))
                    && text.codePoints().anyMatch(some);
        });
    }

    private static boolean title(String text) {
        boolean inWord = false;
        boolean any = false;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (Character.isUpperCase(c) || Character.isTitleCase(c)) {
                if (inWord) {
                    return false;
                }
                inWord = true;
                any = true;
            } else if (Character.isLowerCase(c)) {
                if (!inWord) {
                    return false;
                }
            } else {
                inWord = false;
            }
        }
        return any;
    }
}
