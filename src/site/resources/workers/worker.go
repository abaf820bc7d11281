// Answers what is asked at an address of a Busbar, by its TCP bridge. Go 1.19 or later, no library.
package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

type message map[string]any

// A refusal is a code and words, which who asked is told.
type refusal struct {
	code  int
	words string
}

func (r refusal) Error() string { return r.words }

func work(body any, headers map[string]any) (any, error) { // yours
	if event := headers["event"]; event == "open" || event == "close" { // of a service endpoint's client
		return nil, nil
	}
	if body == "" {
		return nil, refusal{400, "there is nothing to do"}
	}
	fmt.Println("did", body)
	return fmt.Sprint("did ", body), nil
}

type connection struct {
	net.Conn
	lock sync.Mutex
}

func (c *connection) say(m message) {
	data, _ := json.Marshal(m)
	c.lock.Lock()
	defer c.lock.Unlock()
	c.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(data))), data...))
}

func (c *connection) answer(asked message) {
	headers, _ := asked["headers"].(map[string]any)
	done, err := work(asked["body"], headers)
	answer := message{"type": "send", "address": asked["replyAddress"], "body": done}
	if refused, ok := err.(refusal); ok {
		answer["failureCode"], answer["message"] = refused.code, refused.words
	} else if err != nil {
		log.Print(err)
		answer["failureCode"], answer["message"] = 500, "the worker failed"
	}
	if asked["replyAddress"] != nil {
		c.say(answer)
	}
}

func (c *connection) serve(address string, leaving <-chan struct{}) {
	if token := os.Getenv("TOKEN"); token != "" {
		c.say(message{"type": "login", "token": token})
	}
	c.say(message{"type": "register", "address": address})
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		select {
		case <-leaving: // nothing comes after the pong
			c.say(message{"type": "unregister", "address": address})
			c.say(message{"type": "ping"})
		case <-ended:
		}
	}()
	var begun sync.WaitGroup
	defer begun.Wait()
	reader := bufio.NewReader(c)
	for {
		var length uint32
		if err := binary.Read(reader, binary.BigEndian, &length); err != nil {
			return
		}
		data, heard := make([]byte, length), message{}
		if _, err := io.ReadFull(reader, data); err != nil || json.Unmarshal(data, &heard) != nil {
			return
		}
		switch heard["type"] {
		case "message":
			begun.Add(1)
			go func() { defer begun.Done(); c.answer(heard) }()
		case "pong":
			return
		case "err":
			log.Print(heard)
		}
	}
}

func env(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

func main() {
	leaving, _ := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	target := net.JoinHostPort(env("BUSBAR_HOST", "127.0.0.1"), env("BUSBAR_PORT", "7000"))
	for leaving.Err() == nil {
		if socket, err := net.Dial("tcp", target); err != nil {
			log.Print(err)
		} else {
			(&connection{Conn: socket}).serve(env("ADDRESS", "jobs"), leaving.Done())
			socket.Close()
		}
		select {
		case <-leaving.Done():
		case <-time.After(time.Second):
		}
	}
}
