public class Handler {
    static {
        System.out.println("loading");
    }

    public Object handleRequest(Object input) {
        return input;
    }
}
