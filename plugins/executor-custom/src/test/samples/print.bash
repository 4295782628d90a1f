handler() {
    echo one
    echo two
    result='"done"'
}
