handler() {
    error='{"errorType":"Cheese","errorMessage":"out of cheese","stackTrace":["bootstrap:41:in handler"]}'
    return 1
}
