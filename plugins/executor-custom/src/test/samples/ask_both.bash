handler() {
    ask '"kind":"sleep","ms":1' &
    ask '"kind":"sleep","ms":2' &
    wait
    result='"both"'
}
