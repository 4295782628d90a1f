package dev.dovetail.kernel.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.spi.Fault;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class IdsTest {
    @Test
    @Tag("TY-07")
    void everyIdOfTheProductIsOneAndNoneIsTwo() {
        List<String> ids = new ArrayList<>();
        Arrays.stream(BaseType.values()).map(BaseType::id).forEach(ids::add);
        Arrays.stream(ExecutionStatus.values()).map(ExecutionStatus::id).forEach(ids::add);
        Arrays.stream(ErrorType.values()).map(ErrorType::id).forEach(ids::add);
        ids.forEach(id -> assertTrue(GtsId.of(id).isType(), id));
        assertEquals(ids.size(), new HashSet<>(ids).size());
    }

    @Test
    @Tag("TY-07")
    @Tag("FH-02")
    void everyErrorThatPluginsMayNameHasItsRow() throws ReflectiveOperationException {
        Set<String> rows = new HashSet<>();
        Arrays.stream(ErrorType.values()).map(ErrorType::id).forEach(rows::add);
        int checked = 0;
        for (Field field : Fault.class.getFields()) {
            if (field.getType() == String.class) {
                assertTrue(rows.contains((String) field.get(Fault.class)), field.getName());
                checked++;
            }
        }
        assertTrue(checked > 10, "only " + checked + " ids found in Fault");
    }

    @ParameterizedTest
    @EnumSource
    @Tag("TY-09")
    void aStatusIsFoundByItsIdAndByItsWord(ExecutionStatus status) {
        assertEquals("gts.x.core.faas.status.v1~x.core._." + status.word() + ".v1~", status.id());
        assertEquals(Optional.of(status), ExecutionStatus.find(status.id()));
        assertEquals(Optional.of(status), ExecutionStatus.find(status.word()));
    }

    @Test
    @Tag("TY-09")
    void anEarlierWordIsReadAndAnUnknownOneIsNot() {
        assertEquals(Optional.of(ExecutionStatus.SUSPENDED), ExecutionStatus.find("paused"));
        assertEquals(
                Optional.of(ExecutionStatus.SUSPENDED),
                ExecutionStatus.find("gts.x.core.faas.status.v1~x.core._.paused.v1~"));
        assertEquals(Optional.empty(), ExecutionStatus.find("done"));
        assertEquals(Optional.empty(), ExecutionStatus.find("gts.x.core.faas.status.v1~"));
    }

    @ParameterizedTest
    @CsvSource({
        "QUEUED, RUNNING CANCELED FAILED",
        "RUNNING, SUCCEEDED FAILED SUSPENDED CANCELED COMPENSATING DEAD_LETTERED QUEUED",
        "SUSPENDED, RUNNING CANCELED FAILED COMPENSATING",
        "SUCCEEDED, ''",
        "FAILED, ''",
        "CANCELED, ''",
        "COMPENSATING, COMPENSATED DEAD_LETTERED",
        "COMPENSATED, ''",
        "DEAD_LETTERED, ''"
    })
    @Tag("TY-09")
    void aStatusBecomesOnlyWhatTheStateMachineSays(ExecutionStatus from, String to) {
        Set<String> possible = Set.of(to.isEmpty() ? new String[0] : to.split(" "));
        for (ExecutionStatus next : ExecutionStatus.values()) {
            assertEquals(possible.contains(next.name()), from.mayBecome(next), from + " to " + next);
        }
        assertEquals(possible.isEmpty(), from.ended());
    }

    @ParameterizedTest
    @EnumSource
    @Tag("FH-16")
    void everyErrorHasItsStatusItsRpcCodeAndAWordOfItsOwn(ErrorType type) {
        assertEquals(type, ErrorType.of(type.id()));
        assertTrue(type.status() >= 400 && type.status() < 600);
        assertTrue(
                Set.of(-32700, -32600, -32601, -32602, -32603, -32000, -32002).contains(type.rpc()));
        assertEquals(type.status() == 429, type.rpc() == -32002);
        assertFalse(type.title().isBlank());
        assertEquals(type.code(), type.code().toLowerCase(java.util.Locale.ROOT));
        assertFalse(type.category().word().isEmpty());
    }

    @ParameterizedTest
    @Tag("FH-16")
    @CsvSource({
        "gts.x.core.faas.err.v1~x.core._.runtime.v1~x.core._.timeout.v1~, 504, -32000",
        "gts.x.core.faas.err.v1~x.core._.runtime.v1~x.core._.memory_limit.v1~, 507, -32000",
        "gts.x.core.faas.err.v1~x.core._.validation.v1~, 422, -32602",
        "gts.x.core.faas.err.v1~x.core._.not_found.v1~, 404, -32601",
        "gts.x.core.faas.err.v1~x.core._.quota_exceeded.v1~, 429, -32002",
        "gts.x.core.faas.err.v1~x.core._.http.v1~, 502, -32000",
        "gts.x.core.faas.err.v1~x.core._.platform.v1~, 503, -32603"
    })
    void theTableSaysWhatTheSourcesSay(String id, int status, int rpc) {
        assertEquals(status, ErrorType.of(id).status());
        assertEquals(rpc, ErrorType.of(id).rpc());
    }

    @Test
    @Tag("TY-26")
    void anErrorOfAFunctionsOwnCountsAsItsNearestAncestor() {
        assertEquals(ErrorType.CODE, ErrorType.of("gts.x.core.faas.err.v1~acme.shop._.sold_out.v1~"));
        assertEquals(
                ErrorType.VALIDATION,
                ErrorType.of("gts.x.core.faas.err.v1~x.core._.validation.v1~acme.shop._.bad_postcode.v2~"));
        assertEquals(ErrorType.PLATFORM, ErrorType.of("gts.x.core.faas.func.v1~"));
        assertEquals(ErrorType.PLATFORM, ErrorType.of("what?"));
    }
}
