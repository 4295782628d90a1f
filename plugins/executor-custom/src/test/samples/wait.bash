handler() {
    ask '"kind":"sleep","ms":60000' || return 1
    result='"slept"'
}
