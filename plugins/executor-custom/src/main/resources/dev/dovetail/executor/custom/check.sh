# Looks at a function's program without running it: a line of JSON for each problem.
file=$1

problem() { # code, message, line, remedy
    message=$(printf '%s' "$2" | tr '\n\t' '  ' | tr -d '\000-\037' | sed 's/\\/\\\\/g; s/"/\\"/g')
    printf '{"code": "%s", "message": "%s", "line": %s, "column": 0, "remedy": "%s"}\n' "$1" "$message" "$3" "$4"
}

syntax() { # what the checker said, the line in it
    [ -n "$2" ] || set -- "$1" 0
    problem SYNTAX_ERROR "$1" "$2" "mend the program"
}

magic=$(head -c 20 "$file" | od -An -v -tx1 | tr -d ' \n')
case $magic in
    7f454c46*)
        case $(uname -m):$(printf '%s' "$magic" | cut -c37-40) in
            x86_64:3e00 | aarch64:b700 | arm64:b700) ;;
            *) problem WRONG_PROCESSOR "The program is not built for this machine's processor, $(uname -m)" 0 \
                "build it for this processor" ;;
        esac
        exit 0 ;;
    2321*) ;;
    *)
        problem NOT_A_PROGRAM "The file is neither a Linux program nor a script that begins with #!" 1 \
            "begin it with #! and the path of what runs it"
        exit 0 ;;
esac

read -r first < "$file"
set -f
set -- ${first#??}
interpreter=$1
if [ "${interpreter##*/}" = env ]; then
    shift
    [ "$1" = -S ] && shift
    interpreter=$(command -v "$1")
    [ -n "$interpreter" ] || interpreter=$1
fi
if [ ! -x "$interpreter" ]; then
    problem NO_INTERPRETER "The script is to be run by \"$interpreter\", which is not there" 1 \
        "install it, or name another in the script's first line"
    exit 0
fi
case ${interpreter##*/} in
    sh | dash | bash | ksh)
        said=$("$interpreter" -n "$file" 2>&1) ||
            syntax "$said" "$(printf '%s\n' "$said" | sed -n 's/^[^:]*: \(line \)\{0,1\}\([0-9][0-9]*\):.*/\2/p' | head -n 1)" ;;
    ruby*)
        said=$("$interpreter" -c "$file" 2>&1) ||
            syntax "$said" "$(printf '%s\n' "$said" | sed -n 's/^[^:]*:\([0-9][0-9]*\):.*/\1/p' | head -n 1)" ;;
    python*)
        said=$("$interpreter" -I -S -c 'import sys
try:
    compile(open(sys.argv[1], "rb").read(), sys.argv[1], "exec", dont_inherit=True)
except SyntaxError as error:
    print(error.msg)
    print(error.lineno or 0)
    sys.exit(1)' "$file" 2>&1) || syntax "$(printf '%s\n' "$said" | head -n 1)" "$(printf '%s\n' "$said" | sed -n 2p)" ;;
esac
exit 0
