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

// calls are those that Terraform makes once for each instance.
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

// The server lives as long as the run, and a plan makes thousands of calls.
func TestACallThatIsOverIsForgotten(t *testing.T) {
	type key struct{}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			s := newTestServer(t)
			received := func() weak.Pointer[[1 << 10]byte] {
				hangs := new([1 << 10]byte)
				if err := call(context.WithValue(t.Context(), key{}, hangs), s); err != nil {
					t.Fatal(err)
				}
				return weak.Make(hangs)
			}()
			runtime.GC()
			if received.Value() != nil {
				t.Error("what hangs on the call's context is held")
			}
			runtime.KeepAlive(s)
		})
	}
}

// slow is a server whose calls are looked into.
type slow struct {
	frameworkServer
	read func(context.Context)
}

func (s slow) ReadResource(ctx context.Context, _ *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	s.read(ctx)
	return nil, nil
}

// A call is cancelled as ever, and whoever holds its context longer finds it cancelled.
func TestTheContextOfACall(t *testing.T) {
	s := newTestServer(t)
	var kept context.Context
	type key struct{}
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "value"))
	s.frameworkServer = slow{s.frameworkServer, func(inside context.Context) {
		var stop context.CancelFunc
		kept, stop = context.WithCancel(inside) // as the framework does
		defer stop()
		if inside.Value(key{}) != "value" || inside.Err() != nil {
			t.Errorf("a context with the value %v and the error %v", inside.Value(key{}), inside.Err())
		}
		cancel()
		<-kept.Done()
		if !errors.Is(inside.Err(), context.Canceled) {
			t.Errorf("a cancelled call goes on: %v", inside.Err())
		}
	}}
	if err := calls["ReadResource"](ctx, s); err != nil {
		t.Fatal(err)
	}
	s.frameworkServer = slow{s.frameworkServer, func(inside context.Context) { kept = inside }}
	if err := calls["ReadResource"](t.Context(), s); err != nil {
		t.Fatal(err)
	}
	<-kept.Done()
	if _, ok := kept.Deadline(); ok || !errors.Is(kept.Err(), context.Canceled) || kept.Value(key{}) != nil {
		t.Errorf("a call that is over has the error %v", kept.Err())
	}
}

// Whoever asks Terraform for a log gets the provider's too.
func TestLogsAreOffUnlessTerraformShowsThem(t *testing.T) {
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
