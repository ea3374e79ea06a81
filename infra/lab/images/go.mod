module fairlead.dev/lab/images

go 1.24
