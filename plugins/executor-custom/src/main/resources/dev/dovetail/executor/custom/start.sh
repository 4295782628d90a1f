# Waits until it is told that the Runtime API listens, and becomes the function's program.
read -r word || exit 70
program=$DOVETAIL_PROGRAM
socket=$DOVETAIL_FORWARD
unset DOVETAIL_PROGRAM DOVETAIL_FORWARD
set -- "$program"
if [ -n "$socket" ]; then
    set -- /usr/bin/perl /opt/dovetail/forward.pl "$socket" "$AWS_LAMBDA_RUNTIME_API" "$@"
fi
# the way out is a proxy on a Unix socket, and what programs know are proxies on TCP
if [ -n "$DOVETAIL_EGRESS" ]; then
    if [ -x /usr/bin/perl ]; then
        out=127.0.0.1:9002
        export HTTP_PROXY="http://$out" HTTPS_PROXY="http://$out" http_proxy="http://$out" https_proxy="http://$out"
        export NO_PROXY=127.0.0.1,localhost no_proxy=127.0.0.1,localhost
        set -- /usr/bin/perl /opt/dovetail/forward.pl "$DOVETAIL_EGRESS" "$out" "$@"
    else
        echo "HTTPS_PROXY is not set, since this machine has no perl: the proxy is on the socket $DOVETAIL_EGRESS" >&2
    fi
fi
exec "$@" < /dev/null
