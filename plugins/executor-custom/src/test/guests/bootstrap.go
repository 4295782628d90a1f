// A runtime in Go: takes calls, and answers each with what the function "handle" makes of it.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
)

type order struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

func handle(o order) (any, error) {
	if o.Count < 0 {
		return nil, fmt.Errorf("a count of %d", o.Count)
	}
	return map[string]any{"greeting": "hello " + o.Name, "twice": 2 * o.Count,
		"function": os.Getenv("AWS_LAMBDA_FUNCTION_NAME")}, nil
}

func main() {
	api := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/"
	for {
		next, err := http.Get(api + "next")
		if err != nil {
			os.Exit(1)
		}
		input, _ := io.ReadAll(next.Body)
		next.Body.Close()
		id := next.Header.Get("Lambda-Runtime-Aws-Request-Id")
		var o order
		var answer any
		if err = json.Unmarshal(input, &o); err == nil {
			answer, err = handle(o)
		}
		path, body := "/response", []byte{}
		if err != nil {
			path = "/error"
			body, _ = json.Marshal(map[string]any{"errorType": fmt.Sprintf("%T", err), "errorMessage": err.Error()})
		} else {
			body, _ = json.Marshal(answer)
		}
		// a body of unknown length is sent in chunks
		sent, err := http.Post(api+id+path, "application/json", io.MultiReader(bytes.NewReader(body)))
		if err != nil {
			os.Exit(1)
		}
		io.Copy(io.Discard, sent.Body)
		sent.Body.Close()
	}
}
