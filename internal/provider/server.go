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

// frameworkServer lists the services of the framework's server that the provider needs.
type frameworkServer interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
}

var _ frameworkServer = (*server)(nil)

// server is the framework's server, but releases the data of each call when the call returns.
//
// It is a workaround: registerContext in internal/proto6server/serve.go of terraform-plugin-framework (v1.19.0) appends the
// cancel function of each call's context to a list that only StopProvider empties. The cancel function holds the context, and
// the context holds the call's loggers and its gRPC message: 60 KB for each instance of a plan. So the calls for each instance
// get a context that is emptied afterwards. When the framework releases the contexts of finished calls,
// TestServerHoldsNoFinishedCall passes without the methods below, and this type can be removed.
type server struct {
	frameworkServer
	released context.Context // replaces a call's context when the call returns
}

// NewServer returns the server of a provider, for one client. It returns an error if the framework's server has no list resources
// or no actions.
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

// Serve serves a provider until Terraform ends it. With debug, it prints the settings with which Terraform can attach to this
// process.
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
			panic(err) // NewServer succeeded above
		}
		return s
	}
	return tf6server.Serve("registry.terraform.io/model-prime/modelprime", newServer, options...)
}

// disableUnreadLogs turns off the logs if Terraform does not log. Otherwise Terraform reads, parses and drops each line, and
// the framework's lines take a third of the processor time of a plan.
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

// releasableContext is the context of a call. After its release it holds nothing.
type releasableContext struct {
	atomic.Pointer[context.Context]
}

func (c *releasableContext) Deadline() (time.Time, bool) { return (*c.Load()).Deadline() }
func (c *releasableContext) Done() <-chan struct{}       { return (*c.Load()).Done() }
func (c *releasableContext) Err() error                  { return (*c.Load()).Err() }
func (c *releasableContext) Value(key any) any           { return (*c.Load()).Value(key) }

// withReleasableContext serves a call with a context that is released when the call returns.
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
