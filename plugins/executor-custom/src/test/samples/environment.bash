handler() {
    if [ -z "${COLOUR+there}" ]; then
        result=null
    else
        text=${COLOUR//\\/\\\\}
        result="\"${text//\"/\\\"}\""
    fi
}
