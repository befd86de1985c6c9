package provider

import (
	"context"
	"os"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

// frameworkServer is what the framework serves of a provider like this one.
type frameworkServer interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
}

var _ frameworkServer = (*server)(nil)

// server serves the provider as the framework does, and lets go of each call that is over. The framework's own server
// keeps the context of every call, so as to cancel it, until it is stopped; and on a context hang the call's loggers and
// all that was received for it: 60 KB for each instance of a plan. The calls that are made once for each instance are
// therefore made with a context that can be emptied.
type server struct {
	frameworkServer
	over context.Context // what a context becomes once its call is over
}

// Serve serves a provider that New makes, until Terraform has no more to ask. To a debugger it prints how Terraform can
// reattach to this process.
func Serve(newProvider func() provider.Provider, debug bool) error {
	var options []tf6server.ServeOpt
	if debug {
		options = append(options, tf6server.WithManagedDebug())
	} else if err := beQuiet(); err != nil {
		return err
	}
	return tf6server.Serve("registry.terraform.io/model-prime/modelprime", newServer(newProvider), options...)
}

// beQuiet turns the logs off that Terraform was not asked for. It takes each line from its provider nevertheless, reads
// it and throws it away, and those of the framework are a third of the processor time of a plan.
func beQuiet() error {
	if os.Getenv("TF_LOG") != "" || os.Getenv("TF_LOG_PROVIDER") != "" {
		return nil
	}
	for _, name := range []string{"TF_LOG_SDK", "TF_LOG_PROVIDER_MODELPRIME"} {
		if err := os.Setenv(name, "off"); err != nil {
			return err
		}
	}
	return nil
}

// newServer returns the constructor of a server.
func newServer(newProvider func() provider.Provider) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer {
		framework := providerserver.NewProtocol6(newProvider())()
		complete, ok := framework.(frameworkServer)
		if !ok {
			return framework
		}
		over, cancel := context.WithCancel(context.Background())
		cancel()
		return &server{frameworkServer: complete, over: over}
	}
}

// callContext is the context of a call, and holds nothing once it is over.
type callContext struct {
	atomic.Pointer[context.Context]
}

func (c *callContext) Deadline() (time.Time, bool) { return (*c.Load()).Deadline() }
func (c *callContext) Done() <-chan struct{}       { return (*c.Load()).Done() }
func (c *callContext) Err() error                  { return (*c.Load()).Err() }
func (c *callContext) Value(key any) any           { return (*c.Load()).Value(key) }

// during makes a call with a context that is emptied at its end.
func during[Request, Response any](
	ctx context.Context, over *context.Context, serve func(context.Context, Request) (Response, error), req Request,
) (Response, error) {
	var c callContext
	c.Store(&ctx)
	defer c.Store(over)
	return serve(&c, req)
}

func (s *server) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return during(ctx, &s.over, s.frameworkServer.ValidateResourceConfig, req)
}

func (s *server) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return during(ctx, &s.over, s.frameworkServer.UpgradeResourceState, req)
}

func (s *server) UpgradeResourceIdentity(ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return during(ctx, &s.over, s.frameworkServer.UpgradeResourceIdentity, req)
}

func (s *server) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return during(ctx, &s.over, s.frameworkServer.ReadResource, req)
}

func (s *server) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return during(ctx, &s.over, s.frameworkServer.PlanResourceChange, req)
}

func (s *server) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return during(ctx, &s.over, s.frameworkServer.ApplyResourceChange, req)
}

func (s *server) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return during(ctx, &s.over, s.frameworkServer.ImportResourceState, req)
}
