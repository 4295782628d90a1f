package dev.dovetail.executor.starlark.bytecode;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The constants of an emitted class that a class file cannot hold: they become its static fields, from its class data. */
final class Pool {
    private static final int FIELD = ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC | ClassFile.ACC_FINAL;
    private static final ClassDesc OBJECTS = ConstantDescs.CD_Object.arrayType();
    private static final ClassDesc LOOKUP = Types.of(MethodHandles.Lookup.class);
    private static final ClassDesc HANDLES = Types.of(MethodHandles.class);

    private final ClassDesc owner;
    private final List<Object> values = new ArrayList<>();
    private final List<ClassDesc> types = new ArrayList<>();
    private final Map<Class<?>, Map<Object, Integer>> known = new HashMap<>();

    Pool(ClassDesc owner) {
        this.owner = owner;
    }

    /** Pushes the value, as one of this type. */
    void push(CodeBuilder code, Object value, Class<?> type) {
        int index = known.computeIfAbsent(type, _ -> new IdentityHashMap<>()).computeIfAbsent(value, each -> {
            values.add(each);
            types.add(Types.of(type));
            return values.size() - 1;
        });
        code.getstatic(owner, "c" + index, types.get(index));
    }

    Object[] values() {
        return values.toArray();
    }

    /** Adds the fields, and what fills them. */
    void fields(ClassBuilder type) {
        for (int i = 0; i < values.size(); i++) {
            type.withField("c" + i, types.get(i), FIELD);
        }
        type.withMethodBody(ConstantDescs.CLASS_INIT_NAME, ConstantDescs.MTD_void, ClassFile.ACC_STATIC, code -> {
            code.invokestatic(HANDLES, "lookup", MethodTypeDesc.of(LOOKUP))
                    .loadConstant(ConstantDescs.DEFAULT_NAME)
                    .loadConstant(OBJECTS)
                    .invokestatic(
                            HANDLES,
                            "classData",
                            MethodTypeDesc.of(
                                    ConstantDescs.CD_Object, LOOKUP, ConstantDescs.CD_String, ConstantDescs.CD_Class))
                    .checkcast(OBJECTS)
                    .astore(0);
            for (int i = 0; i < values.size(); i++) {
                code.aload(0).loadConstant(i).aaload();
                if (!types.get(i).equals(ConstantDescs.CD_Object)) {
                    code.checkcast(types.get(i));
                }
                code.putstatic(owner, "c" + i, types.get(i));
            }
            code.return_();
        });
    }
}
