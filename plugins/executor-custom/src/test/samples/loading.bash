echo loading
handler() { result=$input; }
