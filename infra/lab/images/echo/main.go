// What the lab's own tests run in pods: `echo serve` answers with who it is and who asked; `get`, `lookup`, `read` and
// `write` do from inside a pod what their names say.
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

const usage = "usage: echo serve [ADDRESS] | get URL | lookup NAME | read PATH | write PATH TEXT"

func main() {
	arguments := append(os.Args[1:], "", "", "")
	switch one, two := arguments[1], arguments[2]; arguments[0] {
	case "serve":
		fail(serve(one))
	case "get":
		fail(get(one))
	case "lookup":
		fail(lookup(one))
	case "read":
		fail(read(one))
	case "write":
		fail(os.WriteFile(one, []byte(two), 0o644))
	default:
		fmt.Fprintln(os.Stderr, usage)
		os.Exit(2)
	}
}

func serve(address string) error {
	if address == "" {
		address = ":8080"
	}
	name, err := os.Hostname()
	if err != nil {
		return err
	}
	fmt.Println("serving at", address)
	return http.ListenAndServe(address, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		client, _, _ := net.SplitHostPort(r.RemoteAddr)
		fmt.Fprintf(w, "{\"pod\":%q,\"client\":%q,\"host\":%q}\n", name, client, r.Host)
	}))
}

func get(url string) error {
	client := http.Client{Timeout: 5 * time.Second}
	answer, err := client.Get(url)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, err = io.Copy(os.Stdout, answer.Body)
	return err
}

func lookup(name string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	addresses, err := net.DefaultResolver.LookupHost(ctx, name)
	fmt.Println(strings.Join(addresses, " "))
	return err
}

func read(path string) error {
	content, err := os.ReadFile(path)
	os.Stdout.Write(content)
	return err
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
