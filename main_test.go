package main

import (
	"os"
	"testing"
)

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
			if err := beQuiet(); err != nil {
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
