handler() {
    tell '{"note":"progress","fraction":0,"message":"begun"}'
    while :; do :; done
}
