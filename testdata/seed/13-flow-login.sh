curl -X POST http://localhost:7860/login \
  -d "username=admin&password=password" \
  -c cookies.txt
