#!/bin/bash
# A runtime in bash: takes calls, runs the function "handler" on each, and answers with what it puts into "result".
api="http://$AWS_LAMBDA_RUNTIME_API"

post() { # path, body
    curl -s -o /dev/null -X POST "$api/$1" --data-binary "$2"
}

tell() {
    post "dovetail/1/invocation/$id/tell" "$1"
}

ask() { # fields of the question; the answer is in "answer"
    local said
    said=$(curl -s -w '\n%{http_code}' -X POST "$api/dovetail/1/invocation/$id/ask" \
        --data-binary "{$1,\"file\":\"bootstrap\",\"line\":${BASH_LINENO[0]}}")
    answer=${said%$'\n'*}
    [ "${said##*$'\n'}" = 200 ]
}

fail() { # type, message
    post "2018-06-01/runtime/invocation/$id/error" "{\"errorType\":\"$1\",\"errorMessage\":\"$2\"}"
}

run() {
    while :; do
        local headers said
        said=$(curl -s -i "$api/2018-06-01/runtime/invocation/next") || exit 0
        headers=${said%%$'\r\n\r\n'*}
        input=${said#*$'\r\n\r\n'}
        id=$(sed -n 's/^Lambda-Runtime-Aws-Request-Id: \([^\r]*\).*/\1/Ip' <<< "$headers")
        answer=null
        if handler; then
            post "2018-06-01/runtime/invocation/$id/response" "$result"
        else
            post "2018-06-01/runtime/invocation/$id/error" "${error:-$answer}"
        fi
    done
}

