// What the lab's own tests run in pods: `echo serve` answers with who it is and who asked;
// `echo get URL` and `echo lookup NAME` ask from inside a pod.
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

func main() {
	if len(os.Args) == 2 && os.Args[1] == "serve" {
		fail(serve())
	}
	if len(os.Args) == 3 && os.Args[1] == "get" {
		fail(get(os.Args[2]))
		return
	}
	if len(os.Args) == 3 && os.Args[1] == "lookup" {
		fail(lookup(os.Args[2]))
		return
	}
	fmt.Fprintln(os.Stderr, "usage: echo serve | get URL | lookup NAME")
	os.Exit(2)
}

func serve() error {
	name, err := os.Hostname()
	if err != nil {
		return err
	}
	return http.ListenAndServe(":8080", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
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

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
