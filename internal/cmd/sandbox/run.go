package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox/page"
)

type options struct {
	listen, seed, state string
	workspace, cli      string
	latency             time.Duration
}

// run serves until the context ends.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	opts, err := parse(args, stderr)
	if err != nil {
		return err
	}
	if err := opts.settle(); err != nil {
		return err
	}
	s, err := open(opts)
	if err != nil {
		return err
	}
	s.SetLatency(opts.latency)
	logger := log.New(stderr, "", log.LstdFlags)
	s.OnReply(func(r sandbox.Request) { logger.Println(line(r)) })
	keeper := &keeper{sandbox: s, path: opts.state}
	if err := keeper.save(); err != nil {
		return err
	}
	listener, err := listen(ctx, opts.listen)
	if err != nil {
		return err
	}
	address := "http://" + listener.Addr().String()
	try, err := layOut(ctx, opts, s, address+sandbox.BasePath, stderr)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	greet(stdout, s, address)
	try.greet(stdout)
	return serve(ctx, listener, keeper.after(handler(s), logger))
}

func parse(args []string, stderr io.Writer) (options, error) {
	var opts options
	flags := flag.NewFlagSet("sandbox", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&opts.listen, "listen", "127.0.0.1:8085", "loopback `address` to listen on; port 0 takes a free one")
	flags.StringVar(&opts.seed, "seed", "", "JSON `file` with the people to begin with")
	flags.StringVar(&opts.state, "state", "", "JSON `file` that keeps the state; it goes before -seed once it is there")
	flags.StringVar(&opts.workspace, "workspace", "", "`folder` to lay out for a try: this tree's provider, a configuration, the variables; -state is in it")
	flags.StringVar(&opts.cli, "cli", "", "terraform or tofu of the workspace (default: the first of them on PATH)")
	flags.DurationVar(&opts.latency, "latency", 0, "delay of every request")
	if err := flags.Parse(args); err != nil {
		return options{}, err
	}
	if flags.NArg() > 0 {
		return options{}, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	return opts, nil
}

// open takes the state file if there is one, else the seed, else an
// organization with nobody but the token's owner.
func open(opts options) (*sandbox.Sandbox, error) {
	if opts.state != "" {
		s, err := load(opts.state)
		if !errors.Is(err, fs.ErrNotExist) {
			return s, err
		}
	}
	if opts.seed != "" {
		return load(opts.seed)
	}
	return sandbox.New(sandbox.Options{}), nil
}

func load(path string) (*sandbox.Sandbox, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	s, err := sandbox.Load(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// listen refuses what others on the network could reach: the sandbox's
// people are invented, but its token stands in its own source.
func listen(ctx context.Context, address string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("-listen: %w", err)
	}
	if ip := net.ParseIP(host); host != "localhost" && !ip.IsLoopback() {
		return nil, fmt.Errorf("-listen %s: only a loopback address is allowed, such as 127.0.0.1:8085", address)
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("-listen: %w", err)
	}
	return listener, nil
}

// handler picks by the path as it is, which a http.ServeMux would clean
// before the sandbox sees it. What asks for no credentials is guarded.
func handler(s *sandbox.Sandbox) http.Handler {
	control, look := page.Guard(sandbox.Control(s)), page.Guard(page.New(s))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == page.Path:
			look.ServeHTTP(w, r)
		case strings.HasPrefix(r.URL.Path, sandbox.ControlPath):
			control.ServeHTTP(w, r)
		default:
			s.ServeHTTP(w, r)
		}
	})
}

// serve finishes what is in flight when the context ends, within a limit.
func serve(ctx context.Context, listener net.Listener, h http.Handler) error {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	err := server.Shutdown(limit)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close()
	}
	if served := <-failed; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

func greet(w io.Writer, s *sandbox.Sandbox, address string) {
	email, token := s.Credentials()
	_, _ = fmt.Fprintf(w, `A Model-Prime organization in memory answers at %[1]s%[2]s

export MODELPRIME_ENDPOINT=%[1]s%[2]s
export MODELPRIME_EMAIL=%[3]s
export MODELPRIME_TOKEN=%[4]s

Look at it:         %[1]s/
Who is in it:       curl %[1]s%[5]smembers
What was e-mailed:  curl %[1]s%[5]semails
Everybody accepts:  curl -X POST %[1]s%[5]saccept-all
`, address, sandbox.BasePath, email, token, sandbox.ControlPath)
}

func line(r sandbox.Request) string {
	template := r.Template
	if template == "" {
		template = "(no such path)"
	}
	return fmt.Sprintf("%s %s %d", r.Method, template, r.Status)
}
