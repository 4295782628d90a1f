package dev.dovetail.executor.starlark.bytecode;

import dev.dovetail.executor.starlark.eval.Code;
import dev.dovetail.executor.starlark.eval.Quick;
import dev.dovetail.executor.starlark.value.None;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.Collections;
import java.util.Optional;

/** Makes a class of a function: a hidden one, which goes when the function's code goes. */
final class FunctionEmitter {
    /** The JIT leaves longer methods alone. */
    private static final int LONGEST = 8_000;

    /** Keeps a frame of the stack below what the walker needs for a function of the least height. */
    private static final int MOST_LOCALS = 250;

    private static final int MOST_PARAMETERS = 100;
    private static final int MOST_SINGLE = 3;
    private static final int PUBLIC = ClassFile.ACC_PUBLIC;
    private static final ClassDesc NAME = ClassDesc.of(FunctionEmitter.class.getPackageName(), "Emitted");
    private static final ClassFile FILES = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(
            java.lang.classfile.ClassHierarchyResolver.ofClassLoading(MethodHandles.lookup())));

    private final Code function;
    private final Pool pool = new Pool(NAME);
    private final MethodTypeDesc type;
    private int locals;

    private FunctionEmitter(Code function) {
        this.function = function;
        this.type = MethodTypeDesc.of(Types.OBJECT, Collections.nCopies(function.taken(), Types.OBJECT))
                .insertParameterTypes(0, Types.FRAME);
    }

    /** The function as bytecode, unless it is too long or has too many variables to run faster that way. */
    static Optional<Quick> emit(Code function) throws ReflectiveOperationException {
        if (function.taken() > MOST_PARAMETERS || function.slots() > MOST_LOCALS) {
            return Optional.empty();
        }
        return new FunctionEmitter(function).define();
    }

    private Optional<Quick> define() throws ReflectiveOperationException {
        byte[] content;
        try {
            content = FILES.build(NAME, this::write);
        } catch (IllegalArgumentException e) {
            // longer than a method can be
            return Optional.empty();
        }
        if (locals > MOST_LOCALS || length(content) > LONGEST) {
            return Optional.empty();
        }
        MethodHandles.Lookup made = MethodHandles.lookup().defineHiddenClassWithClassData(content, pool.values(), true);
        return Optional.of((Quick) made.lookupClass().getDeclaredConstructor().newInstance());
    }

    private static int length(byte[] content) {
        for (MethodModel method : ClassFile.of().parse(content).methods()) {
            if (method.methodName().equalsString("body")) {
                return method.findAttribute(Attributes.code()).orElseThrow().codeLength();
            }
        }
        throw new IllegalStateException("The class has no body");
    }

    private void write(ClassBuilder made) {
        made.withFlags(PUBLIC | ClassFile.ACC_FINAL).withInterfaceSymbols(Types.QUICK);
        made.withMethodBody(
                ConstantDescs.INIT_NAME,
                ConstantDescs.MTD_void,
                PUBLIC,
                code -> code.aload(0)
                        .invokespecial(Types.OBJECT, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                        .return_());
        made.withMethodBody("body", type, ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC, this::body);
        int taken = function.taken();
        made.withMethodBody("run", MethodTypeDesc.of(Types.OBJECT, Types.FRAME, Types.OBJECTS), PUBLIC, code -> {
            code.aload(1);
            for (int i = 0; i < taken; i++) {
                code.aload(2).loadConstant(i).aaload();
            }
            code.invokestatic(NAME, "body", type).areturn();
        });
        if (taken > 0 && taken <= MOST_SINGLE) {
            made.withMethodBody("run", type, PUBLIC, code -> {
                for (int i = 0; i <= taken; i++) {
                    code.aload(i + 1);
                }
                code.invokestatic(NAME, "body", type).areturn();
            });
        }
        pool.fields(made);
    }

    private void body(CodeBuilder code) {
        Sheet sheet = new Sheet(code, pool, function);
        for (int slot = function.taken(); slot < function.slots(); slot++) {
            code.aconst_null().astore(sheet.slot(slot));
        }
        sheet.assigned.set(0, function.taken());
        for (int cell : function.cells()) {
            code.new_(Types.CELL).dup().aload(sheet.slot(cell));
            code.invokespecial(
                    Types.CELL, ConstantDescs.INIT_NAME, MethodTypeDesc.of(ConstantDescs.CD_void, Types.OBJECT));
            code.astore(sheet.slot(cell));
        }
        code.aload(0).getfield(Types.FRAME, "function", Types.FUNCTION).dup();
        code.getfield(Types.FUNCTION, "globals", Types.OBJECTS).astore(sheet.globals());
        code.getfield(Types.FUNCTION, "free", Types.CELLS).astore(sheet.free());
        if (new ExpressionEmitter(sheet).loops().emit(function.body())) {
            sheet.constant(None.NONE);
            code.areturn();
        }
        locals = sheet.most();
    }
}
