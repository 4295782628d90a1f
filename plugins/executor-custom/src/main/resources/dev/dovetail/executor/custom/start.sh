# Waits until it is told that the Runtime API listens, and becomes the function's program.
read -r word || exit 70
program=$DOVETAIL_PROGRAM
socket=$DOVETAIL_FORWARD
unset DOVETAIL_PROGRAM DOVETAIL_FORWARD
if [ -n "$socket" ]; then
    exec /usr/bin/perl /opt/dovetail/forward.pl "$socket" "$AWS_LAMBDA_RUNTIME_API" "$program" < /dev/null
fi
exec "$program" < /dev/null
