package pipeline

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
)

// postgres is a server on loopback in its own folder.
type postgres struct {
	programs string // the folder of its programs
	dir      string
	port     int
	password string
	cmd      *exec.Cmd
	done     chan struct{} // closed when its log ends
}

func startPostgres(ctx context.Context, binaries string) (*postgres, error) {
	dir, err := os.MkdirTemp("", "pipeline-postgres-")
	if err != nil {
		return nil, err
	}
	p := &postgres{programs: binaries, dir: dir, password: rand.Text(), done: make(chan struct{})}
	if err := p.start(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("start PostgreSQL: %w", err), os.RemoveAll(dir))
	}
	return p, nil
}

func (p *postgres) start(ctx context.Context) error {
	secret := filepath.Join(p.dir, "password")
	if err := os.WriteFile(secret, []byte(p.password), 0o600); err != nil {
		return err
	}
	as, err := servant(p.dir, secret)
	if err != nil {
		return err
	}
	data := filepath.Join(p.dir, "data")
	initdb := as(ctx, filepath.Join(p.programs, "initdb"), "-D", data, "-U", "roster", "-A", "scram-sha-256", "--pwfile="+secret,
		"-E", "UTF8", "--locale=C", "--no-sync")
	if printed, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, printed)
	}
	if p.port, err = freePort(ctx); err != nil {
		return err
	}
	p.cmd = as(ctx, filepath.Join(p.programs, "postgres"), "-D", data, "-p", strconv.Itoa(p.port),
		"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off")
	return p.serve()
}

// serve returns when the server is ready.
func (p *postgres) serve() error {
	log, err := p.cmd.StderrPipe()
	if err != nil {
		return err
	}
	if err := p.cmd.Start(); err != nil {
		return err
	}
	lines := bufio.NewScanner(log)
	said := ""
	for lines.Scan() {
		said += lines.Text() + "\n"
		if strings.Contains(lines.Text(), "ready to accept connections") {
			go func() { defer close(p.done); _, _ = io.Copy(io.Discard, log) }()
			return nil
		}
	}
	return fmt.Errorf("it ended: %w\n%s", p.cmd.Wait(), said)
}

// database makes a database and returns its URL. Each team has its own: the backend keeps one sequence for a database, and two
// parallel first inits both try to make it.
func (p *postgres) database(ctx context.Context, name string) (string, error) {
	cmd := exec.CommandContext(ctx, filepath.Join(p.programs, "createdb"), "--host=127.0.0.1", "--port="+strconv.Itoa(p.port),
		"--username=roster", "--no-password", name)
	cmd.Env = append(os.Environ(), "PGPASSWORD="+p.password, "PGSSLMODE=disable")
	if printed, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("createdb: %w\n%s", err, printed)
	}
	return fmt.Sprintf("postgres://roster:%s@127.0.0.1:%d/%s?sslmode=disable", p.password, p.port, name), nil
}

// stop ends the server in order, without waiting for clients.
func (p *postgres) stop() error {
	err := p.cmd.Process.Signal(os.Interrupt)
	<-p.done
	return errors.Join(err, p.cmd.Wait(), os.RemoveAll(p.dir))
}

// servant runs the server's programs. They refuse root, so root runs them as another user, who gets the paths.
func servant(paths ...string) (func(ctx context.Context, name string, args ...string) *exec.Cmd, error) {
	if os.Geteuid() != 0 {
		return exec.CommandContext, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		account, err = user.Lookup("nobody")
	}
	if err != nil {
		return nil, err
	}
	uid, uidErr := strconv.Atoi(account.Uid)
	gid, gidErr := strconv.Atoi(account.Gid)
	err = errors.Join(uidErr, gidErr)
	for _, path := range paths {
		err = errors.Join(err, os.Chown(path, uid, gid))
	}
	return func(ctx context.Context, name string, args ...string) *exec.Cmd {
		args = append([]string{"--reuid=" + account.Uid, "--regid=" + account.Gid, "--clear-groups", name}, args...)
		cmd := exec.CommandContext(ctx, "setpriv", args...)
		cmd.Dir = "/"
		return cmd
	}, err
}

func freePort(ctx context.Context) (int, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	address, _ := listener.Addr().(*net.TCPAddr)
	return address.Port, listener.Close()
}
