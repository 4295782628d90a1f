public class Handler {
    public String handleRequest(Object input) {
        return System.getenv("COLOUR");
    }
}
