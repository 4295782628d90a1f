handler() {
    ask '"kind":"now"' || return 1
    local now=$answer
    ask '"kind":"random"' || return 1
    result="[$now,$answer]"
}
