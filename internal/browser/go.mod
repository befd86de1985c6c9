module github.com/model-prime/terraform-provider-modelprime/internal/browser

go 1.26.0
