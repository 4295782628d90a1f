public class Handler {
    public Object handleRequest(Object input) {
        System.exit(3);
        return null;
    }
}
