// The same with the SDK of Go, as Debian has it.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/getsentry/sentry-go"
)

func connect() error { return errors.New("port 99999 is out of range") }

func checkOut(order int, client string) error {
	return fmt.Errorf("order %d of %s failed: %w", order, client, connect())
}

func main() {
	client := os.Args[1]
	err := sentry.Init(sentry.ClientOptions{
		Release: client + "@1", Environment: "staging", TracesSampleRate: 1, AttachStacktrace: true,
	})
	if err != nil {
		panic(err)
	}
	sentry.ConfigureScope(func(scope *sentry.Scope) {
		scope.SetTag("client", client)
		scope.SetUser(sentry.User{ID: "u-1", Email: "ann@example.com"})
		scope.SetExtra("cart", map[string]interface{}{"tea": 2, "password": "hunter2"})
	})
	sentry.AddBreadcrumb(&sentry.Breadcrumb{
		Category: "cart", Message: "added tea", Data: map[string]interface{}{"count": 2},
	})
	for _, order := range []int{13, 14} {
		sentry.CaptureException(checkOut(order, client))
		if order == 13 {
			sentry.CaptureMessage("stock is low for " + client)
		}
	}
	span := sentry.StartSpan(context.Background(), "task", sentry.TransactionName("check out "+client))
	span.Finish()
	if !sentry.Flush(2 * time.Minute) {
		os.Exit(7)
	}
	fmt.Println("error,message,causes,person,extra,trail,trace")
}
