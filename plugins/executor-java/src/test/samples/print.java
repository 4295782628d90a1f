public class Handler {
    public String handleRequest() {
        System.out.println("one");
        System.out.print("two");
        return "done";
    }
}
