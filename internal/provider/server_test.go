package provider

import (
	"context"
	"errors"
	"os"
	"runtime"
	"testing"
	"weak"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// calls are the ones that Terraform makes for each instance.
var calls = map[string]func(context.Context, frameworkServer) error{
	"ValidateResourceConfig": func(ctx context.Context, s frameworkServer) error {
		_, err := s.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{})
		return err
	},
	"UpgradeResourceState": func(ctx context.Context, s frameworkServer) error {
		_, err := s.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{})
		return err
	},
	"UpgradeResourceIdentity": func(ctx context.Context, s frameworkServer) error {
		_, err := s.UpgradeResourceIdentity(ctx, &tfprotov6.UpgradeResourceIdentityRequest{})
		return err
	},
	"ReadResource": func(ctx context.Context, s frameworkServer) error {
		_, err := s.ReadResource(ctx, &tfprotov6.ReadResourceRequest{})
		return err
	},
	"PlanResourceChange": func(ctx context.Context, s frameworkServer) error {
		_, err := s.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{})
		return err
	},
	"ApplyResourceChange": func(ctx context.Context, s frameworkServer) error {
		_, err := s.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{})
		return err
	},
	"ImportResourceState": func(ctx context.Context, s frameworkServer) error {
		_, err := s.ImportResourceState(ctx, &tfprotov6.ImportResourceStateRequest{})
		return err
	},
}

func newTestServer(t *testing.T) *server {
	t.Helper()
	s, err := NewServer(New("test")())
	if err != nil {
		t.Fatal(err)
	}
	return s.(*server)
}

// The server holds no reference to a finished call: it lives as long as the run, with thousands of calls.
func TestServerHoldsNoFinishedCall(t *testing.T) {
	type key struct{}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			s := newTestServer(t)
			received := func() weak.Pointer[[1 << 10]byte] {
				value := new([1 << 10]byte)
				if err := call(context.WithValue(t.Context(), key{}, value), s); err != nil {
					t.Fatal(err)
				}
				return weak.Make(value)
			}()
			runtime.GC()
			if received.Value() != nil {
				t.Error("the server holds a value of the call's context")
			}
			runtime.KeepAlive(s)
		})
	}
}

// readHook is a server with its own ReadResource.
type readHook struct {
	frameworkServer
	read func(context.Context)
}

func (s readHook) ReadResource(ctx context.Context, _ *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	s.read(ctx)
	return nil, nil
}

// A call's context is cancelled with the call, and after its end.
func TestContextOfACall(t *testing.T) {
	s := newTestServer(t)
	var kept context.Context
	type key struct{}
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "value"))
	s.frameworkServer = readHook{s.frameworkServer, func(inside context.Context) {
		var stop context.CancelFunc
		kept, stop = context.WithCancel(inside) // as the framework does
		defer stop()
		if inside.Value(key{}) != "value" || inside.Err() != nil {
			t.Errorf("a context with the value %v and the error %v", inside.Value(key{}), inside.Err())
		}
		cancel()
		<-kept.Done()
		if !errors.Is(inside.Err(), context.Canceled) {
			t.Errorf("the call was not cancelled: %v", inside.Err())
		}
	}}
	if err := calls["ReadResource"](ctx, s); err != nil {
		t.Fatal(err)
	}
	s.frameworkServer = readHook{s.frameworkServer, func(inside context.Context) { kept = inside }}
	if err := calls["ReadResource"](t.Context(), s); err != nil {
		t.Fatal(err)
	}
	<-kept.Done()
	if _, ok := kept.Deadline(); ok || !errors.Is(kept.Err(), context.Canceled) || kept.Value(key{}) != nil {
		t.Errorf("the context of a finished call has the error %v", kept.Err())
	}
}

// The provider logs only if Terraform shows its logs.
func TestLogsAreOffByDefault(t *testing.T) {
	for asked, off := range map[string]bool{"": true, "TF_LOG": false, "TF_LOG_PROVIDER": false, "TF_LOG_CORE": true} {
		t.Run(asked, func(t *testing.T) {
			for _, name := range []string{"TF_LOG", "TF_LOG_PROVIDER", "TF_LOG_SDK", "TF_LOG_PROVIDER_MODELPRIME"} {
				t.Setenv(name, "")
			}
			if asked != "" {
				t.Setenv(asked, "debug")
			}
			if err := disableUnreadLogs(); err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"TF_LOG_SDK", "TF_LOG_PROVIDER_MODELPRIME"} {
				if got := os.Getenv(name) == "off"; got != off {
					t.Errorf("%s is %q", name, os.Getenv(name))
				}
			}
		})
	}
}
