public class Handler {
    public Object handleRequest(Object input) {
        throw new IllegalStateException("out of cheese");
    }
}
