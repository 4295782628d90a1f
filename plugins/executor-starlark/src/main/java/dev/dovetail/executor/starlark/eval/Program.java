package dev.dovetail.executor.starlark.eval;

import dev.dovetail.executor.starlark.syntax.Flaw;
import dev.dovetail.executor.starlark.syntax.Parser;
import dev.dovetail.executor.starlark.syntax.Source;
import dev.dovetail.executor.starlark.syntax.Tree;
import dev.dovetail.executor.starlark.value.Callable;
import dev.dovetail.executor.starlark.value.Run;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A compiled file. Immutable; loaded as often as wanted, on any thread. */
public final class Program {
    private final Code code;
    private final Map<String, Integer> globals;

    private Program(Code code, Map<String, Integer> globals) {
        this.code = code;
        this.globals = Map.copyOf(globals);
    }

    /**
     * What came of compiling.
     *
     * @param tree if the file could be parsed
     * @param program if there is no flaw
     */
    public record Compiled(Optional<Tree.Module> tree, Optional<Program> program, List<Flaw> flaws) {
        public Compiled {
            flaws = List.copyOf(flaws);
        }
    }

    /**
     * @param universe what is there without being defined
     * @param backend what is told of code that is run often
     */
    public static Compiled compile(Source source, Map<String, Object> universe, Backend backend) {
        Tree.Module tree;
        try {
            tree = Parser.parse(source);
        } catch (Flaw.Found found) {
            return new Compiled(Optional.empty(), Optional.empty(), List.of(found.flaw()));
        }
        Set<Scope.Declared> captured = new HashSet<>();
        List<Flaw> flaws = new ArrayList<>();
        Compiler compiler = new Compiler(source, universe, flaws, captured, backend);
        Code code = compiler.module(tree);
        if (!flaws.isEmpty()) {
            flaws.sort(Comparator.comparingInt(Flaw::at));
            return new Compiled(Optional.of(tree), Optional.empty(), flaws);
        }
        if (!captured.isEmpty()) {
            // now it is known which variables inner functions share
            compiler = new Compiler(source, universe, flaws, captured, backend);
            code = compiler.module(tree);
        }
        return new Compiled(Optional.of(tree), Optional.of(new Program(code, compiler.globals)), List.of());
    }

    /** Runs the file's own code, and freezes what it made. */
    public Module load(Run run) {
        Object[] values = new Object[globals.size()];
        try {
            new StarFunction(code, values, new Cell[0], new Object[0])
                    .call(run, Callable.NO_ARGUMENTS, Callable.NO_ARGUMENTS);
        } finally {
            run.mutability().freeze();
        }
        return new Module(globals, values);
    }

    /** A loaded file: its globals, which never change again. */
    public static final class Module {
        private final Map<String, Integer> names;
        private final Object[] values;

        private Module(Map<String, Integer> names, Object[] values) {
            this.names = names;
            this.values = values;
        }

        public Optional<Object> find(String name) {
            return Optional.ofNullable(names.get(name)).map(index -> values[index]);
        }
    }
}
