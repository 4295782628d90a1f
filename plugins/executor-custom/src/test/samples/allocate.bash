handler() {
    tell '{"note":"progress","fraction":0,"message":"begun"}'
    held=xxxxxxxxxxxxxxxx
    while :; do held=$held$held; done
}
