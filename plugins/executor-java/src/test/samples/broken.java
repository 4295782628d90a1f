public class Handler {
    public Object handleRequest( {
    }
}
