package drive

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Terraform is a working directory: a provider's configuration and a state. Runs are sequential; only Stop may be called during one.
type Terraform struct {
	// Provider is the provider's configuration.
	Provider Values
	// Parallelism is the number of instances processed in parallel.
	Parallelism int
	// Version is the Terraform version that the provider gets.
	Version string
	// Identity says that this Terraform knows resource identity (1.12).
	Identity bool
	// Order, if set, reorders the instances before each walk; the default is by address.
	Order func(addresses []string)

	serve  func() (tfprotov6.ProviderServer, error)
	kinds  map[string]kind
	schema *tfprotov6.Schema

	mu      sync.Mutex
	state   state
	serial  int
	deposed int
	servers []tfprotov6.ProviderServer
	stopped bool
}

// New returns an empty state. serve makes a server for each walk.
func New(ctx context.Context, serve func() (tfprotov6.ProviderServer, error), provider Values) (*Terraform, error) {
	server, err := serve()
	if err != nil {
		return nil, err
	}
	known, schema, err := kinds(ctx, server)
	if err != nil {
		return nil, err
	}
	return &Terraform{
		Provider: provider, Parallelism: 10, Version: "1.11.4",
		serve: serve, kinds: known, schema: schema, state: state{},
	}, nil
}

// Object is the current object of an address, or nil.
func (tf *Terraform) Object(address string) *Object {
	tf.mu.Lock()
	defer tf.mu.Unlock()
	return tf.state[key{address: address}]
}

// Addresses are the addresses of all current objects, sorted.
func (tf *Terraform) Addresses() []string {
	tf.mu.Lock()
	defer tf.mu.Unlock()
	var addresses []string
	for _, at := range tf.state.keys() {
		if at.deposed == "" {
			addresses = append(addresses, at.address)
		}
	}
	return addresses
}

// Deposed counts the deposed objects.
func (tf *Terraform) Deposed() int {
	return len(tf.snapshot()) - len(tf.Addresses())
}

// Forget removes an object from the state, as `terraform state rm` does.
func (tf *Terraform) Forget(address string) { tf.put(key{address: address}, nil) }

// Taint marks an object for replacement, as `terraform taint` does.
func (tf *Terraform) Taint(address string) {
	if object := tf.Object(address); object != nil {
		marked := *object
		marked.Tainted = true
		tf.put(key{address: address}, &marked)
	}
}

// Stop interrupts the current run: no further instance is started, and the provider is stopped.
func (tf *Terraform) Stop(ctx context.Context) {
	tf.mu.Lock()
	tf.stopped = true
	servers := slices.Clone(tf.servers)
	tf.mu.Unlock()
	for _, server := range servers {
		_, _ = server.StopProvider(ctx, &tfprotov6.StopProviderRequest{})
	}
}

func (tf *Terraform) running(server tfprotov6.ProviderServer) {
	tf.mu.Lock()
	defer tf.mu.Unlock()
	tf.servers = append(tf.servers, server)
}

// finished ends a run.
func (tf *Terraform) finished() {
	tf.mu.Lock()
	defer tf.mu.Unlock()
	tf.servers, tf.stopped = nil, false
}

func (tf *Terraform) snapshot() state {
	tf.mu.Lock()
	defer tf.mu.Unlock()
	return maps.Clone(tf.state)
}

// put stores an object at once, as Terraform persists each result of an apply. Nil removes it.
func (tf *Terraform) put(at key, object *Object) {
	tf.mu.Lock()
	defer tf.mu.Unlock()
	tf.serial++
	if object == nil {
		delete(tf.state, at)
		return
	}
	tf.state[at] = object
}

func (tf *Terraform) replaceState(s state) {
	tf.mu.Lock()
	defer tf.mu.Unlock()
	tf.serial++
	tf.state = s
}

func (tf *Terraform) interrupted() bool {
	tf.mu.Lock()
	defer tf.mu.Unlock()
	return tf.stopped
}

// each processes the addresses with a bounded number of workers, with one worker in order.
func (tf *Terraform) each(addresses []string, report *Report, do func(address string)) {
	slices.Sort(addresses)
	if tf.Order != nil {
		tf.Order(addresses)
	}
	queue := make(chan string)
	var workers sync.WaitGroup
	for range max(1, tf.Parallelism) {
		workers.Go(func() {
			for address := range queue {
				if !tf.interrupted() {
					do(address)
				}
			}
		})
	}
	for _, address := range addresses {
		queue <- address
	}
	close(queue)
	workers.Wait()
	if tf.interrupted() {
		report.Interrupted = true
		report.fail("", "Interrupted", "Some instances may not have been processed.")
	}
}

// targeted reports whether a target is the address or its resource.
func targeted(targets []string, address string) bool {
	return len(targets) == 0 || slices.ContainsFunc(targets, func(target string) bool {
		return target == address || strings.HasPrefix(address, target+"[")
	})
}
