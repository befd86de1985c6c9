package main

import (
	"bytes"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

func TestEnvironmentIsReadLikeTheProviders(t *testing.T) {
	world := sandbox.New(sandbox.Options{})
	server := httptest.NewServer(world)
	defer server.Close()
	good := map[string]string{
		"MODELPRIME_ENDPOINT": server.URL + sandbox.BasePath,
		"MODELPRIME_EMAIL":    sandbox.DefaultEmail,
		"MODELPRIME_TOKEN":    sandbox.DefaultToken,
	}
	for name, c := range map[string]struct {
		change map[string]string
		code   int
		says   string
	}{
		"all three":            {nil, 0, "No change is needed"},
		"whole token":          {map[string]string{"MODELPRIME_EMAIL": "", "MODELPRIME_TOKEN": sandbox.DefaultEmail + ":" + sandbox.DefaultToken}, 0, "No change is needed"},
		"without unknown user": {map[string]string{"MODELPRIME_DOCTOR_SKIP_UNKNOWN_ID": "true"}, 0, "No change is needed"},
		"other token":          {map[string]string{"MODELPRIME_TOKEN": "mpat_revoked"}, 2, "status 401"},
		"no token":             {map[string]string{"MODELPRIME_TOKEN": ""}, 2, "MODELPRIME_TOKEN: the token is missing"},
		"no e-mail":            {map[string]string{"MODELPRIME_EMAIL": ""}, 2, "MODELPRIME_EMAIL"},
		"plain http":           {map[string]string{"MODELPRIME_ENDPOINT": "http://api.example.com"}, 2, "MODELPRIME_ENDPOINT: the endpoint must be an https URL"},
		"unclear switch":       {map[string]string{"MODELPRIME_DOCTOR_SKIP_UNKNOWN_ID": "perhaps"}, 2, "MODELPRIME_DOCTOR_SKIP_UNKNOWN_ID must be"},
		"wrong address":        {map[string]string{"MODELPRIME_ENDPOINT": server.URL + "/api"}, 1, "Check MODELPRIME_ENDPOINT."},
	} {
		t.Run(name, func(t *testing.T) {
			env := func(key string) string {
				if value, changed := c.change[key]; changed {
					return value
				}
				return good[key]
			}
			var out bytes.Buffer
			if code := run(t.Context(), env, &out); code != c.code || !strings.Contains(out.String(), c.says) {
				t.Errorf("exit %d, printed\n%s", code, out.String())
			}
			if strings.Contains(out.String(), sandbox.DefaultToken) {
				t.Error("the token is in the output")
			}
		})
	}
}

func TestDefaultEndpointIsTheContracts(t *testing.T) {
	config, err := configure(func(key string) string {
		return map[string]string{"MODELPRIME_TOKEN": "robot@example.com:mpat_0"}[key]
	})
	if err != nil || config.Endpoint.String() != "https://api.model-prime.com/api/oum/v1" || config.Email != "robot@example.com" {
		t.Errorf("got %v, %v", config.Endpoint, err)
	}
}
