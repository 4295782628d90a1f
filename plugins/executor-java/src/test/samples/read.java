import dev.dovetail.function.Context;
import dev.dovetail.function.Piece;
import java.util.ArrayList;
import java.util.List;

public class Handler {
    public List<Object> handleRequest(Object input, Context context) {
        List<Object> pieces = new ArrayList<>();
        for (Piece piece = context.read().get(); !piece.isEnd(); piece = context.read().get()) {
            pieces.add(piece.value());
        }
        return pieces;
    }
}
