handler() { result=$input; }
