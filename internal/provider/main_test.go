package provider_test

import (
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }
