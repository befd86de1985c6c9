// Command doctor compares a live API with the contract and prints the differences. It sends only GET requests.
//
// It reads MODELPRIME_ENDPOINT, MODELPRIME_EMAIL and MODELPRIME_TOKEN as the provider does. It also requests a
// user who does not exist, unless MODELPRIME_DOCTOR_SKIP_UNKNOWN_ID is true. The exit code is 0 if everything
// agrees, 1 if something differs, and 2 if something could not be checked.
package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"

	"github.com/model-prime/terraform-provider-modelprime/internal/contract/doctor"
	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Getenv, os.Stdout)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, env func(string) string, stdout io.Writer) int {
	config, err := configure(env)
	if err != nil {
		_, _ = fmt.Fprintln(stdout, err)
		return int(doctor.Unasked)
	}
	return int(doctor.Examine(ctx, config, stdout))
}

func configure(env func(string) string) (doctor.Config, error) {
	endpoint, err := modelprime.ParseEndpoint(cmp.Or(env("MODELPRIME_ENDPOINT"), modelprime.DefaultEndpoint))
	if err != nil {
		return doctor.Config{}, fmt.Errorf("MODELPRIME_ENDPOINT: %w", err)
	}
	credentials, err := modelprime.ParseCredentials(env("MODELPRIME_EMAIL"), env("MODELPRIME_TOKEN"))
	if err != nil {
		return doctor.Config{}, fmt.Errorf("MODELPRIME_EMAIL and MODELPRIME_TOKEN: %w", err)
	}
	skip, err := strconv.ParseBool(cmp.Or(env("MODELPRIME_DOCTOR_SKIP_UNKNOWN_ID"), "false"))
	if err != nil {
		return doctor.Config{}, fmt.Errorf("MODELPRIME_DOCTOR_SKIP_UNKNOWN_ID must be true or false")
	}
	return doctor.Config{
		Endpoint: endpoint, Email: credentials.Email, Token: credentials.Token, SkipUnknownID: skip,
	}, nil
}
