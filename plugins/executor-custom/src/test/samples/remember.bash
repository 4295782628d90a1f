calls=0
handler() {
    calls=$((calls + 1))
    result=$calls
}
