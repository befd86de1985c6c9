package provider

import (
	"context"
	"fmt"
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

// server serves the provider as the framework does, and releases what a call has received once the call is over.
//
// It works around one thing: registerContext in internal/proto6server/serve.go of terraform-plugin-framework (v1.19.0)
// appends the cancel function of each call's context to a list that only StopProvider empties. A cancel function holds its
// context, and the context the call's loggers and its gRPC message: 60 KB for each instance of a plan. So the calls that are
// made once for each instance get a context that is emptied afterwards. Once the framework forgets the context of a call
// that is over, TestServerHoldsNoFinishedCall passes without the methods below, and this type can go.
type server struct {
	frameworkServer
	released context.Context // what a call's context becomes once the call is over
}

// NewServer returns a server of a provider that New makes, for one client. It is an error if the framework's server lacks
// list resources or actions.
func NewServer(p provider.Provider) (tfprotov6.ProviderServer, error) {
	framework := providerserver.NewProtocol6(p)()
	complete, ok := framework.(frameworkServer)
	if !ok {
		return nil, fmt.Errorf("the framework's server, a %T, serves no list resources or no actions", framework)
	}
	released, cancel := context.WithCancel(context.Background())
	cancel()
	return &server{frameworkServer: strictServer{complete}, released: released}, nil
}

// Serve serves a provider that New makes, until Terraform has no more to ask. To a debugger it prints how Terraform can
// reattach to this process.
func Serve(newProvider func() provider.Provider, debug bool) error {
	var options []tf6server.ServeOpt
	if debug {
		options = append(options, tf6server.WithManagedDebug())
	} else if err := disableUnreadLogs(); err != nil {
		return err
	}
	if _, err := NewServer(newProvider()); err != nil {
		return err
	}
	newServer := func() tfprotov6.ProviderServer {
		s, err := NewServer(newProvider())
		if err != nil {
			panic(err) // it could be built above
		}
		return s
	}
	return tf6server.Serve("registry.terraform.io/model-prime/modelprime", newServer, options...)
}

// disableUnreadLogs turns off the logs that Terraform was not asked for. Terraform takes each line from the provider
// nevertheless, parses it and drops it, and the framework's lines are a third of the processor time of a plan.
func disableUnreadLogs() error {
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

// releasableContext is the context of a call, and holds nothing once it is released.
type releasableContext struct {
	atomic.Pointer[context.Context]
}

func (c *releasableContext) Deadline() (time.Time, bool) { return (*c.Load()).Deadline() }
func (c *releasableContext) Done() <-chan struct{}       { return (*c.Load()).Done() }
func (c *releasableContext) Err() error                  { return (*c.Load()).Err() }
func (c *releasableContext) Value(key any) any           { return (*c.Load()).Value(key) }

// withReleasableContext makes a call with a context that is released when the call returns.
func withReleasableContext[Request, Response any](
	ctx context.Context, released *context.Context, serve func(context.Context, Request) (Response, error), req Request,
) (Response, error) {
	var c releasableContext
	c.Store(&ctx)
	defer c.Store(released)
	return serve(&c, req)
}

func (s *server) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return withReleasableContext(ctx, &s.released, s.frameworkServer.ValidateResourceConfig, req)
}

func (s *server) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return withReleasableContext(ctx, &s.released, s.frameworkServer.UpgradeResourceState, req)
}

func (s *server) UpgradeResourceIdentity(ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return withReleasableContext(ctx, &s.released, s.frameworkServer.UpgradeResourceIdentity, req)
}

func (s *server) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return withReleasableContext(ctx, &s.released, s.frameworkServer.ReadResource, req)
}

func (s *server) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return withReleasableContext(ctx, &s.released, s.frameworkServer.PlanResourceChange, req)
}

func (s *server) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return withReleasableContext(ctx, &s.released, s.frameworkServer.ApplyResourceChange, req)
}

func (s *server) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return withReleasableContext(ctx, &s.released, s.frameworkServer.ImportResourceState, req)
}
